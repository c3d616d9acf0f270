"""What people ask about: topics with the few facts each of them needs, kept in `content/topics.toml`."""

from portal.questions.topics.file import TOPICS_FILE, TopicsFile, read_topics, topic_faults
from portal.questions.topics.values import Fact, FactKind, Topic, Topics
