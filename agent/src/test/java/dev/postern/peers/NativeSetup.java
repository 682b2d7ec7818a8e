package dev.postern.peers;

import dev.postern.testing.DovecotVersion;
import java.util.stream.Stream;

/** The ways of {@code dovecot/} to do without scripts, by the files that are installed for each. */
enum NativeSetup {
    LAST_LOGIN_AND_CLONE_2_3(DovecotVersion.V2_3, false, ""),
    LAST_LOGIN_AND_CLONE_2_4(DovecotVersion.V2_4, false, ""),
    POST_LOGIN_AND_CLONE_2_3(DovecotVersion.V2_3, false, "93-postern-postlogin.conf.example"),
    POST_LOGIN_AND_CLONE_2_4(DovecotVersion.V2_4, false, "93-postern-postlogin.conf.example"),
    LAST_LOGIN_AND_QUOTA_DICT_2_3(DovecotVersion.V2_3, true, "95-postern-quota-dict.conf.example");

    final DovecotVersion version;

    /** Whether the agent's figures are the quota, told by increments. */
    final boolean quotaIsInDict;

    private final String more;

    NativeSetup(DovecotVersion version, boolean quotaIsInDict, String more) {
        this.version = version;
        this.quotaIsInDict = quotaIsInDict;
        this.more = more;
    }

    /** Whether nobody can log in while the agent is away. */
    boolean failsClosed() {
        return more.startsWith("93-postern-postlogin.conf.example");
    }

    String[] files() {
        return Stream.of("90-postern.conf", "91-postern-native.conf", more)
                .filter(file -> !file.isEmpty())
                .toArray(String[]::new);
    }
}
