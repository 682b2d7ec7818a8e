package dev.postern.check.dovecot;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/** Whatever doveconf prints, it is read to its end: values, blocks within blocks, lists of words, commands. */
class DoveconfFuzzTest {

    @FuzzTest
    void anySettingsAreRead(byte[] printed) {
        DoveconfOutput settings = DoveconfOutput.parse(new String(printed, StandardCharsets.UTF_8));
        settings.all().forEach(block -> {
            block.values().values().forEach(HookCommand::of);
            Set<String> plugins = block.list("mail_plugins", settings);
            assertThat(plugins).doesNotContainNull();
            block.blocks("service")
                    .forEach((name, service) ->
                            assertThat(service.value("executable")).isNotNull());
        });
    }
}
