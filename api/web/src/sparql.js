/** Script of the page /sparql. */
