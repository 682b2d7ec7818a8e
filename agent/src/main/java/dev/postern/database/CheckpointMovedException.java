package dev.postern.database;

/** Another number stands in the checkpoint than this agent has written there last: it is to be looked at again. */
final class CheckpointMovedException extends Exception {

    private static final long serialVersionUID = 1L;

    CheckpointMovedException() {
        super("the checkpoint of this agent was changed by another program", null, false, false);
    }
}
