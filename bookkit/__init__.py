"""The toolkit of the book: tables that know their sources, figures, quizzes, predictions, sliders.

Import from the module that does the work, for instance ``from bookkit.data import table``.
"""
