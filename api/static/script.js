// Small comforts; every page works without them.
"use strict";

// Ctrl+Enter (or Cmd+Enter) in the query form runs the query.
const query = document.getElementById("query");
if (query) {
  query.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      query.form.requestSubmit();
    }
  });
}
