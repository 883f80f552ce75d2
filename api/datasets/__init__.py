"""What describes the whole: VoID, DCAT, releases and their dumps."""
