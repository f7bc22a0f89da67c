"""Every track × state × action of the shipped workflows, and who may do and record what, decided and written down."""
