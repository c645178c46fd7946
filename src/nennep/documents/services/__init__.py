"""Writing papers: add, replace, remove, take numbers (`papers`); hand them down the tree (`distribution`); sweep files (`strays`).

Files that go with something else: `enclosures`.
"""

from nennep.documents.services.distribution import AlreadySent as AlreadySent
from nennep.documents.services.distribution import NobodyChosen as NobodyChosen
from nennep.documents.services.distribution import NobodyToRemindOfPaper as NobodyToRemindOfPaper
from nennep.documents.services.distribution import NotTheirs as NotTheirs
from nennep.documents.services.distribution import confirm_receipt as confirm_receipt
from nennep.documents.services.distribution import distribute_document as distribute_document
from nennep.documents.services.distribution import note_opening as note_opening
from nennep.documents.services.distribution import remind_units as remind_units
from nennep.documents.services.enclosures import enclose as enclose
from nennep.documents.services.enclosures import forget_removed as forget_removed
from nennep.documents.services.enclosures import move_enclosures as move_enclosures
from nennep.documents.services.enclosures import remove_enclosure as remove_enclosure
from nennep.documents.services.enclosures import restore_enclosure as restore_enclosure
from nennep.documents.services.papers import TARGET_KIND as TARGET_KIND
from nennep.documents.services.papers import CheckedFile as CheckedFile
from nennep.documents.services.papers import ContentNotOfSuffix as ContentNotOfSuffix
from nennep.documents.services.papers import DocumentDetails as DocumentDetails
from nennep.documents.services.papers import DocumentRemoved as DocumentRemoved
from nennep.documents.services.papers import DocumentTitleMissing as DocumentTitleMissing
from nennep.documents.services.papers import FileBomb as FileBomb
from nennep.documents.services.papers import FileBroken as FileBroken
from nennep.documents.services.papers import FileEmpty as FileEmpty
from nennep.documents.services.papers import FileLocked as FileLocked
from nennep.documents.services.papers import FileRefused as FileRefused
from nennep.documents.services.papers import FileTooLarge as FileTooLarge
from nennep.documents.services.papers import FileWithMacros as FileWithMacros
from nennep.documents.services.papers import MarkedSecret as MarkedSecret
from nennep.documents.services.papers import NamesStay as NamesStay
from nennep.documents.services.papers import SuffixNotTaken as SuffixNotTaken
from nennep.documents.services.papers import add_document as add_document
from nennep.documents.services.papers import check_upload as check_upload
from nennep.documents.services.papers import remove_document as remove_document
from nennep.documents.services.papers import replace_document as replace_document
from nennep.documents.services.papers import restore_document as restore_document
from nennep.documents.services.papers import take_number as take_number
from nennep.documents.services.strays import sweep_strays as sweep_strays
