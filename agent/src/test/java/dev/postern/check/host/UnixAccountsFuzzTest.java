package dev.postern.check.host;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Whatever {@code id} and {@code getent} print is an account or a group of this host, or none. */
class UnixAccountsFuzzTest {

    private static final long MAX_ID = 0xffff_ffffL;

    @FuzzTest
    void anyOutputIsAnAccountOrNone(byte[] printed) {
        String text = new String(printed, StandardCharsets.UTF_8);
        UnixAccount account = UnixAccounts.account(text);
        if (account != null) {
            assertThat(text).contains("uid=" + Integer.toUnsignedString(account.uid()));
            assertThat(account.gids()).isNotEmpty();
            assertThat(account.gids()).allMatch(gid -> text.contains(Integer.toUnsignedString(gid)));
        }
        Integer group = UnixAccounts.groupNumber(text);
        if (group != null) {
            assertThat(Integer.toUnsignedLong(group)).isBetween(0L, MAX_ID);
            assertThat(text).contains(":" + Integer.toUnsignedString(group));
        }
    }
}
