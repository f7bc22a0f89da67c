"""The tables behind lists. All but the desk and the heartbeats follow from other tables and could be made anew.

They are written in the transaction of the step that changes what they show, so that no list is ever behind.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Identity, Index, Integer, LargeBinary, Table

from storage.tables import TEXT, instances, metadata

# One row for each root: is it over, who holds it first, how often was it opened again.
overview = Table(
    "overview",
    metadata,
    Column("ref", ForeignKey(instances.c.ref), primary_key=True),
    Column("process", TEXT, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
    Column("over", Boolean, nullable=False),
    Column("owner", TEXT),
    Column("episode", Integer, nullable=False),
)
# Lists, newest first: all of a process, and those that go on.
Index(None, overview.c.process, overview.c.opened_at, overview.c.ref)
Index(None, overview.c.process, overview.c.over, overview.c.opened_at, overview.c.ref)
_NOBODYS = overview.c.owner.is_(None)
# Supervision asks for those that nobody holds; there should be few.
Index("overview_nobodys", overview.c.opened_at, overview.c.ref, sqlite_where=_NOBODYS, postgresql_where=_NOBODYS)

# In which state each track of a root stands.
standings = Table(
    "standings",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("track", TEXT, primary_key=True),
    Column("state", TEXT, nullable=False),
    Column("process", TEXT, nullable=False),
    Column("opened_at", BigInteger, nullable=False),
)
# Boards and filters by state, newest first.
Index(None, standings.c.process, standings.c.track, standings.c.state, standings.c.opened_at, standings.c.instance)

# With whom each running deadline lies: one row for each role that it has reached.
tasks = Table(
    "tasks",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("name", TEXT, primary_key=True),
    Column("role", TEXT, primary_key=True),
    Column("kind", TEXT, nullable=False),
    Column("owner", TEXT),
    Column("family", TEXT, nullable=False),  # no foreign key: it follows from the instance's
    Column("falls", BigInteger, nullable=False),
)
# My work: what lies with a person, and what lies with nobody of a role, the earliest first.
Index(
    "tasks_held",
    tasks.c.owner,
    tasks.c.falls,
    sqlite_where=tasks.c.owner.is_not(None),
    postgresql_where=tasks.c.owner.is_not(None),
)
Index(
    "tasks_unheld",
    tasks.c.role,
    tasks.c.falls,
    sqlite_where=tasks.c.owner.is_(None),
    postgresql_where=tasks.c.owner.is_(None),
)

# What many entries have in common, by a number that follows from it; there are a few for each action.
sorts = Table(
    "sorts",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("process", TEXT, nullable=False),
    Column("action", TEXT, nullable=False),
    Column("content", LargeBinary, nullable=False),
)
# One row for each journal entry, for whoever searches the journal. Entries never change, and so do these.
marks = Table(
    "marks",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), Identity(), primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("sort", BigInteger, nullable=False),  # no foreign key: it follows from the entry, and is kept before it
    Column("actor", TEXT, nullable=False),
    Column("on_behalf", TEXT),
    # No foreign keys: the head of the instance, which has one, is moved in the same transaction.
    Column("instance", TEXT, nullable=False),
    Column("seq", BigInteger, nullable=False),
    Column("family", TEXT, nullable=False),
)
# By time; by what it is, and by whom, each in order of time.
Index(None, marks.c.at, marks.c.id)
Index(None, marks.c.sort, marks.c.at, marks.c.id)
Index(None, marks.c.actor, marks.c.sort, marks.c.at, marks.c.id)
# Few act for somebody else.
Index(
    "marks_on_behalf",
    marks.c.on_behalf,
    marks.c.sort,
    marks.c.at,
    marks.c.id,
    sqlite_where=marks.c.on_behalf.is_not(None),
    postgresql_where=marks.c.on_behalf.is_not(None),
)

drafts = Table(
    "drafts",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
    Column("kind", TEXT, nullable=False),
    Column("about", TEXT, nullable=False),
    Column("content", LargeBinary, nullable=False),  # sealed
    Column("saved_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
)
Index(None, drafts.c.person, drafts.c.kind)
# What has ended goes with the next that is saved.
Index(None, drafts.c.ends_at)

searches = Table(
    "searches",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
    Column("words", LargeBinary, nullable=False),  # sealed
    Column("asked_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
)
Index(None, searches.c.ends_at)

views = Table(
    "views",
    metadata,
    Column("id", TEXT, primary_key=True),
    Column("person", TEXT, nullable=False),
    Column("name", LargeBinary, nullable=False),  # sealed: free words
    Column("address", TEXT, nullable=False),  # choices alone
    Column("made_at", BigInteger, nullable=False),
)
Index(None, views.c.person)

working_names = Table(
    "working_names",
    metadata,
    Column("instance", ForeignKey(instances.c.ref), primary_key=True),
    Column("name", LargeBinary, nullable=False),  # sealed with the family's key, and gone with it
)

# The last sign of life of each worker at each kind of work.
beats = Table(
    "beats",
    metadata,
    Column("work", TEXT, primary_key=True),
    Column("worker", TEXT, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("said", TEXT, nullable=False),
)
