package dev.postern.check.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.postern.check.host.ProgramRunner;
import dev.postern.check.report.CheckName;
import dev.postern.check.report.CheckReport;
import java.nio.charset.StandardCharsets;

/** Whatever postmap prints is an answer of one line: its status and output, and its errors after a line of dashes. */
class PostmapFuzzTest {

    @FuzzTest
    void anyOutputIsAnAnswer(byte[] printed) {
        String[] streams = (new String(printed, StandardCharsets.UTF_8) + "\n---\n").split("\n---\n", -1);
        int status = printed.length == 0 ? 1 : printed[0] == '0' ? 0 : 1;
        String out = streams[0].substring(Math.min(2, streams[0].length()));
        ProgramRunner.ProgramResult ended = new ProgramRunner.ProgramResult(status, out, streams[1]);
        for (boolean socketmap : new boolean[] {true, false}) {
            String answer = AnswersCheck.answer(ended, socketmap);
            if (status == 0) {
                assertThat(answer).isEqualTo("OK " + out.strip());
            } else if (streams[1].isBlank()) {
                assertThat(answer).isEqualTo("NOTFOUND");
            } else {
                assertThat(answer).isEqualTo(socketmap ? streams[1].strip() : "");
            }
            CheckReport report = new CheckReport();
            report.problem(CheckName.TABLES, "Postfix's question", answer, "fix");
            assertThat(report.findings())
                    .singleElement()
                    .asString()
                    .endsWith("; fix")
                    .doesNotContainPattern("[\\x00-\\x1f\\x7f]");
        }
    }
}
