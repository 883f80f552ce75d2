/** Script of the page /map. */
