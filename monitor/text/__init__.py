"""Reading text in English and Khmer: keys for comparing, sentences, words, dates and addresses."""
