"""The tables. Times are whole microseconds since 1970 in UTC; sealed columns hold what only the vault can open.

Each index and each missing foreign key has its reason beside it. Nothing here decides anything.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_key",
        "uq": "%(table_name)s_one_%(column_0_N_name)s",
        "fk": "%(table_name)s_%(column_0_name)s_known",
        "ix": "%(table_name)s_by_%(column_0_N_name)s",
    }
)

# Ordered by code point on both databases, whatever a PostgreSQL was set up with.
TEXT = Text().with_variant(Text(collation="C"), "postgresql")

# One row: which house key opens this database.
house = Table(
    "house",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("key_check", LargeBinary, nullable=False),
)

# One row in a house that was made as a demonstration, and none in any other. It never goes.
demonstration = Table(
    "demonstration",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("made_at", BigInteger, nullable=False),
)

workflows = Table(
    "workflows",
    metadata,
    # SQLite numbers only a column of its own type INTEGER by itself.
    Column(
        "ordinal", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True
    ),  # order of publishing
    Column("hash", TEXT, nullable=False, unique=True),
    Column("name", TEXT, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("published_at", BigInteger, nullable=False),
)
# The calendars on which dates were counted, by the hash that journal entries name. Nothing of it changes or goes.
calendars = Table(
    "calendars",
    metadata,
    Column("hash", TEXT, primary_key=True),
    Column("content", LargeBinary, nullable=False),
    Column("kept_at", BigInteger, nullable=False),
)
# What came into force, in order. Nothing of it changes or goes.
publications = Table(
    "publications",
    metadata,
    Column("ordinal", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("hash", ForeignKey(workflows.c.hash), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("asked_by", TEXT),  # null where it came with the opening of the house
    Column("approved_by", TEXT),
)
# The newest version of a name is asked for at every opening.
Index(None, publications.c.name, publications.c.ordinal)

proposals = Table(
    "proposals",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("name", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False),
    Column("canonical", LargeBinary, nullable=False),
    Column("replaces", TEXT),
    Column("asked_by", TEXT, nullable=False),
    Column("asked_at", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("answered_by", TEXT),
    Column("answered_at", BigInteger),
)
# One at a time waits for a second person, so that nobody approves what was compared with another version.
Index(
    "proposals_open",
    proposals.c.name,
    unique=True,
    sqlite_where=proposals.c.state == "open",
    postgresql_where=proposals.c.state == "open",
)

families = Table(
    "families",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("revision", BigInteger, nullable=False),
    Column("workflow", TEXT, nullable=False),
    Column("watches", TEXT, nullable=False),  # its targets in `watches`, so that a step knows whether they change
    Column("wrapped_key", LargeBinary),  # null once it was destroyed
    Column("created_at", BigInteger, nullable=False),
)

instances = Table(
    "instances",
    metadata,
    Column("ref", TEXT, primary_key=True),
    Column("family", ForeignKey(families.c.id), nullable=False),
    Column("parent", ForeignKey("instances.ref")),
    Column("process", TEXT, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("opened_by", TEXT, nullable=False),
    # A person is stood for by one instance; the index is also how it is found.
    Column("stands_for", TEXT, unique=True),
    Column("clear", TEXT, nullable=False),  # tracks, actions done, holders
    Column("facts", LargeBinary, nullable=False),  # sealed
    # A family is read by it, in order of opening.
    UniqueConstraint("family", "ordinal"),
)
# Lists of one process, and of all, in order of opening; both columns never change, so that a step does not pay.
Index(None, instances.c.process, instances.c.opened_at, instances.c.family, instances.c.ordinal)
Index(None, instances.c.opened_at, instances.c.family, instances.c.ordinal)

heads = Table(
    "heads",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", TEXT, nullable=False),
    Column("at", BigInteger),
)

entries = Table(
    "entries",
    metadata,
    # No foreign key: the head of the instance, which has one, is moved in the same transaction.
    Column("instance", TEXT, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("clear", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("previous", TEXT, nullable=False),
    Column("hash", TEXT, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("person", TEXT, primary_key=True),
    Column("key", TEXT, primary_key=True),
    Column("fingerprint", LargeBinary, nullable=False),  # sealed: a digest of facts can be guessed from
    Column("attempt", TEXT, nullable=False),
    Column("outcome", TEXT, nullable=False),
    # No foreign keys: an opening that was refused has neither family nor instance.
    Column("family", TEXT, nullable=False),
    Column("instance", TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("until", BigInteger),
)

askings = Table(
    "askings",
    metadata,
    Column("attempt", TEXT, primary_key=True),
    Column("family", ForeignKey(families.c.id), nullable=False),
    Column("instance", ForeignKey(instances.c.ref), nullable=False),
    Column("action", TEXT, nullable=False),
    Column("person", TEXT, nullable=False),
    Column("on_behalf", TEXT),
    Column("asked_at", BigInteger, nullable=False),
    Column("lapses_at", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("asked", LargeBinary, nullable=False),  # sealed
)
# The open ones of a family are looked for; those that were answered stay for ever and are not.
Index(
    "askings_open",
    askings.c.family,
    askings.c.asked_at,
    sqlite_where=askings.c.state == "open",
    postgresql_where=askings.c.state == "open",
)

due = Table(
    "due",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("kind", TEXT, primary_key=True),
    Column("name", TEXT, primary_key=True),
    # No foreign key: it follows from the instance's, and would lock the family of whoever is woken.
    Column("family", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("stuck", Boolean, nullable=False),
    Column("flow", TEXT, nullable=False),
    Column("falls", BigInteger),  # the due time of a deadline
)
# Lists of what is due ask by due time; the row stands at the moment of the next rung.
Index("due_falling", due.c.falls, sqlite_where=due.c.falls.is_not(None), postgresql_where=due.c.falls.is_not(None))
# A sweep takes the oldest rows that are not stuck; its cost must not grow with what waits.
Index(
    "due_next",
    due.c.at,
    due.c.instance,
    due.c.kind,
    due.c.name,
    sqlite_where=due.c.stuck == false(),
    postgresql_where=due.c.stuck == false(),
)
# A flow looks for its own rows among all that wait.
Index(
    "due_next_of_flow",
    due.c.flow,
    due.c.at,
    sqlite_where=due.c.stuck == false(),
    postgresql_where=due.c.stuck == false(),
)

found = Table(
    "found",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("fact", TEXT, primary_key=True),
    Column("value", TEXT, primary_key=True),
)
# Lists are asked for by fact and value.
Index(None, found.c.fact, found.c.value)

watches = Table(
    "watches",
    metadata,
    Column("family", ForeignKey(families.c.id), primary_key=True),
    # No foreign key: it would lock the family of the target; and somebody may be watched who has no instance yet.
    Column("target", TEXT, primary_key=True),
)
# Every step asks who watches the instances that it changed.
Index(None, watches.c.target)

# Whose recorded values ever let a step of a family be; nothing of it goes, as nothing goes from the journal.
relied_on = Table(
    "relied_on",
    metadata,
    Column("family", ForeignKey(families.c.id), primary_key=True),
    # No foreign key: it would lock the family of the target.
    Column("target", TEXT, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
)
# A correction asks who relied on the entry that it corrects.
Index(None, relied_on.c.target, relied_on.c.seq)

assignments = Table(
    "assignments",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("role", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
)
# "My cases" is a list by person.
Index(None, assignments.c.person)

documents = Table(
    "documents",
    metadata,
    Column("family", ForeignKey(families.c.id), primary_key=True),
    Column("digest", TEXT, primary_key=True),  # blinded: the digest itself is the value of a fact
    Column("media", TEXT, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    # No foreign key: the head of the instance, which has one, is moved in the same transaction.
    Column("instance", TEXT, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("rung", TEXT, primary_key=True),
    Column("template", TEXT, primary_key=True),
    Column("family", TEXT, nullable=False),
    Column("shown_as", TEXT, nullable=False),  # the reference that the notice shows
    Column("role", TEXT, nullable=False),
    Column("verb", TEXT, nullable=False),
    Column("deadline", TEXT, nullable=False),
    Column("generation", Integer, nullable=False),
    Column("dating", Integer, nullable=False),
    Column("rung_number", Integer, nullable=False),
    Column("repeat", Integer, nullable=False),
    Column("due", BigInteger, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("breach", Boolean, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("next_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
)
# The sender takes the oldest of those that wait; those that were sent stay for ever and cost it nothing.
Index(
    "outbox_next",
    outbox.c.next_at,
    sqlite_where=outbox.c.state == "waiting",
    postgresql_where=outbox.c.state == "waiting",
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("id", TEXT, primary_key=True),
    # The row that it comes from; null for a digest. No foreign key: rows are never removed.
    Column("instance", TEXT),
    Column("seq", BigInteger),
    Column("rung", TEXT),
    Column("template", TEXT),
    Column("person", TEXT, nullable=False),
    Column("channel", TEXT, nullable=False),
    Column("state", TEXT, nullable=False),
    Column("not_before", BigInteger, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Column("tries", Integer, nullable=False),
    Column("claims", Integer, nullable=False),
    Column("digest", TEXT),
    Column("problem", TEXT),
    Column("sent_at", BigInteger),
)
# As above: what is to be sent, oldest first, lost leases among them.
Index(
    "deliveries_next",
    deliveries.c.not_before,
    deliveries.c.id,
    sqlite_where=deliveries.c.state.in_(("waiting", "sending")),
    postgresql_where=deliveries.c.state.in_(("waiting", "sending")),
)
# A digest asks for what is held for it.
Index(
    "deliveries_held",
    deliveries.c.digest,
    sqlite_where=deliveries.c.state == "held",
    postgresql_where=deliveries.c.state == "held",
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("text", TEXT, nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("read_at", BigInteger),
)
# Somebody opens their own, newest first.
Index(None, inbox.c.person, inbox.c.at)

# The order of evidence: places are given by the one sealer and never change.
leaves = Table(
    "leaves",
    metadata,
    Column("index", BigInteger, primary_key=True, autoincrement=False),
    # No foreign key: entries never go.
    Column("instance", TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("hash", TEXT, nullable=False),
    # No entry has two places; sealing also looks for those that have none by it.
    UniqueConstraint("instance", "seq"),
)

# One row for each kind of work that only one may do at a time: the newest number that was given out, and until when.
turns = Table(
    "turns",
    metadata,
    Column("name", TEXT, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("until", BigInteger, nullable=False),
)
