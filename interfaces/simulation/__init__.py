"""A draft tried on synthetic people and staff in virtual time: what a workflow asks of a house before it is in force"""
