/** What scripts say, in the language of the page: the messages come from the server, with the page. */
export class Words {
  /** @param {Object<string, string>} messages @param {string} language */
  constructor(messages, language) {
    this.messages = messages;
    this.language = language;
    this.numbers = new Intl.NumberFormat(language);
  }

  /** Returns the message `key`, its `{names}` filled in. */
  say(key, values = {}) {
    return this.messages[key].replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  /** Returns the message `key.one` or `key.many` with `{n}` filled in; French counts zero as singular. */
  count(key, n) {
    const singular = n === 1 || (n === 0 && this.language === "fr");
    return this.say(`${key}.${singular ? "one" : "many"}`, { n: this.number(n) });
  }

  /** Writes a number as the language does. */
  number(value) {
    return this.numbers.format(value);
  }

  /** Writes a time in seconds. */
  seconds(milliseconds) {
    const digits = milliseconds < 1000 ? 2 : 1;
    const shape = { minimumFractionDigits: digits, maximumFractionDigits: digits };
    return new Intl.NumberFormat(this.language, shape).format(milliseconds / 1000);
  }
}

/** Returns an element with attributes and children; text stays text. */
export function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(key, String(value));
  }
  element.append(...children.filter((child) => child !== null));
  return element;
}
