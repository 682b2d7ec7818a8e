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

    private static final String OWN_2_3 = """
            auth_default_realm = example.org
            namespace inbox {
              separator = /
              mailbox Trash {
                autoexpunge = 1s
              }
            }
            namespace old {
              separator = /
              prefix = Old/
              location = maildir:~/old
            }
            plugin {
              quota_rule2 = Spam:ignore
              quota_rule3 = Tmp*:ignore
            }
            protocol lmtp {
              mail_plugins = $mail_plugins last_login
            }
            protocol lda {
              mail_plugins = $mail_plugins last_login
            }
            protocol doveadm {
              mail_plugins = $mail_plugins last_login
            }
            """;

    private static final String OWN_2_4 = """
            auth_default_domain = example.org
            namespace inbox {
              separator = /
              mailbox Trash {
                autoexpunge = 1s
              }
              mailbox Spam {
                quota_ignore = yes
              }
              mailbox Tmp* {
                quota_ignore = yes
              }
            }
            namespace old {
              separator = /
              prefix = Old/
              mail_path = ~/old
            }
            protocol lmtp {
              mail_plugins {
                last_login = yes
              }
            }
            protocol lda {
              mail_plugins {
                last_login = yes
              }
            }
            protocol doveadm {
              mail_plugins {
                last_login = yes
              }
            }
            """;

    final DovecotVersion version;

    /** Whether the agent's figures are the quota, reported by increments. */
    final boolean quotaIsInDict;

    private final String more;

    NativeSetup(DovecotVersion version, boolean quotaIsInDict, String more) {
        this.version = version;
        this.quotaIsInDict = quotaIsInDict;
        this.more = more;
    }

    /**
     * What an administrator has added: a default domain, folders with rules, a namespace, last_login everywhere.
     */
    String own() {
        String fields = version.isAtLeast24(5) ? "last_login {\n dict_fields {\n ip = %{remote_ip}\n }\n}\n" : "";
        return version == DovecotVersion.V2_3 ? OWN_2_3 : OWN_2_4 + fields;
    }

    /** Whether logins fail while the agent is away. */
    boolean failsClosed() {
        return more.startsWith("93-postern-postlogin.conf.example");
    }

    String[] files() {
        return Stream.of("90-postern.conf", "91-postern-native.conf", more)
                .filter(file -> !file.isEmpty())
                .toArray(String[]::new);
    }
}
