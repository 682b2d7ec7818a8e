package dev.postern.cli;

import picocli.CommandLine.IVersionProvider;

/** The version that {@code postern --version} prints, from the jar's manifest. */
public final class Version implements IVersionProvider {

    /** As the jar's manifest has it. */
    public static String text() {
        String version = Version.class.getPackage().getImplementationVersion();
        return version == null ? "unpackaged" : version;
    }

    @Override
    public String[] getVersion() {
        return new String[] {"postern " + text()};
    }
}
