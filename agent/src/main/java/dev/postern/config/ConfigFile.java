package dev.postern.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Reads the configuration: the file, then the environment over it. Looks at nothing else of the host. */
public final class ConfigFile {

    /** The default path. */
    public static final String DEFAULT = "/etc/postern/postern.toml";

    /** Bytes; a thousand networks need a fiftieth of it. */
    private static final int MAX_BYTES = 1 << 20;

    /** A configuration, or what is wrong with it. */
    public sealed interface ConfigResult {}

    /**
     * Everything is as it may be.
     *
     * @param effective the values that hold and where they come from, as TOML
     * @param set only those that are set
     */
    public record AcceptedConfig(AgentConfig config, String effective, String set) implements ConfigResult {}

    /** All problems at once; at least one. */
    public record RefusedConfig(List<ConfigProblem> problems) implements ConfigResult {}

    private ConfigFile() {}

    /**
     * Reads a file.
     *
     * @param environment of the process; only {@code POSTERN_<SECTION>_<KEY>} of known sections count
     */
    public static ConfigResult read(Path file, Map<String, String> environment) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MAX_BYTES + 1);
            return bytes.length > MAX_BYTES
                    ? refused(file, "is larger than " + MAX_BYTES + " bytes", "name the configuration file")
                    : parse(file.toString(), Utf8.decode(bytes), environment);
        } catch (CharacterCodingException e) {
            return refused(file, "is not UTF-8", "save it as UTF-8");
        } catch (NoSuchFileException e) {
            return refused(file, "does not exist", "create it, or name another with --config");
        } catch (AccessDeniedException e) {
            return refused(file, "cannot be read: permission denied", "chgrp postern and chmod 0640 let the agent");
        } catch (IOException e) {
            return refused(file, "cannot be read: " + FileErrorText.of(e), "name another with --config");
        }
    }

    /** As {@link #read}, from a text. */
    static ConfigResult parse(String name, String toml, Map<String, String> environment) {
        List<ConfigProblem> problems = new ArrayList<>();
        RawValues written = new RawValues(problems);
        if (!new TomlReader(written).read(name, toml)) {
            return new RefusedConfig(List.copyOf(problems));
        }
        new EnvironmentReader(written).read(environment);
        ParsedValues values = new Validator(written, problems).read();
        return problems.isEmpty()
                ? new AcceptedConfig(
                        new ConfigFactory(values).create(),
                        new EffectiveConfig(values).toml(),
                        new EffectiveConfig(values).set())
                : new RefusedConfig(List.copyOf(problems));
    }

    private static RefusedConfig refused(Path file, String why, String hint) {
        return new RefusedConfig(List.of(ConfigProblem.of(file.toString(), why, hint)));
    }
}
