"""What people ask about: topics with the few facts each of them needs, kept in `content/topics.toml`."""

from portal.questions.topics.file import TOPICS_FILE, TopicsFile, read_topics, topic_faults
from portal.questions.topics.values import Choice, Fact, FactKind, Topic, Topics

__all__ = ["TOPICS_FILE", "Choice", "Fact", "FactKind", "Topic", "Topics", "TopicsFile", "read_topics", "topic_faults"]
