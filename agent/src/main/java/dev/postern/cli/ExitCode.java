package dev.postern.cli;

/** Exit codes: sysexits.h, and 1 for an answer that is "no". */
public final class ExitCode {

    public static final int OK = 0;

    /** {@code lookup}: missing. {@code check}: some problems. */
    public static final int NO = 1;

    /** EX_USAGE: the command line cannot be understood. */
    public static final int USAGE = 64;

    /** EX_UNAVAILABLE: something that is needed is not there. */
    public static final int UNAVAILABLE = 69;

    /** EX_SOFTWARE: a fault of this program. */
    public static final int SOFTWARE = 70;

    /** EX_TEMPFAIL: worth another try later. */
    public static final int TEMPFAIL = 75;

    /** EX_NOPERM: the agent does not let this token do that, or the system this account. */
    public static final int NOPERM = 77;

    /** EX_CONFIG: the configuration, or what it names, has to be fixed first. */
    public static final int CONFIG = 78;

    private ExitCode() {}
}
