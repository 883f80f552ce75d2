/** Script of the page /trends. */
