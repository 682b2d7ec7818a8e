package dev.postern.check.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.check.report.CheckReport;
import dev.postern.check.report.Finding;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Whatever postconf prints, it is read to its end: three answers, separated by a line of dashes. */
class PostconfFuzzTest {

    @FuzzTest
    void anyParametersAndServicesAreRead(byte[] printed) {
        String[] answers = (new String(printed, StandardCharsets.UTF_8) + "\n---\n\n---\n").split("\n---\n", -1);
        PostfixConfig postfix = PostfixConfig.parse(answers[0], answers[1], answers[2]);
        CheckReport report = new CheckReport();
        for (PostfixConfig.SmtpdService smtpd : postfix.smtpds()) {
            PostfixConfig.LISTS.forEach(name -> examine(report, postfix, smtpd, name));
        }
        assertThat(report.findings()).extracting(Finding::fix).noneMatch(String::isBlank);
        TableFile file = TableFile.parse(Path.of("/x"), answers[0]);
        assertThat(file.database().port()).isPositive();
        assertThat(file.query("k", "u", "d")).isNotNull();
    }

    private static void examine(
            CheckReport report, PostfixConfig postfix, PostfixConfig.SmtpdService smtpd, String name) {
        List<String> list = ConfigWords.of(postfix.parameter(smtpd, name));
        for (int at = 0; at < list.size(); at++) {
            RestrictionLookup question = RestrictionLookup.at(list, at);
            if (question != null) {
                new PlacementCheck(postfix, report).examine(smtpd, name, list, question);
            }
        }
    }
}
