"""The study of the Banque des Territoires, June 2020: tables of facts, each with its line."""
