"""The post office's own mails."""

from portal.notifications.rules import MailKind

MAILS = (MailKind("notification_test"),)
