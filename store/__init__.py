"""What is served: releases on disk and the engines that answer SPARQL over them."""
