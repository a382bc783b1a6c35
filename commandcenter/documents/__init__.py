"""What leaves as a document: the papers of the ladder, and bulletins, as PDF from templates and as workbooks.

Typesetting takes a moment and a process of its own: never on the main thread, never inside a transaction.
"""
