package dev.postern.check.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All findings, in the order in which they were made. What one line mends is one of them, where it was found first. */
public final class CheckReport {

    private final List<Finding> findings = new ArrayList<>();
    private final List<SkippedCheck> unchecked = new ArrayList<>();

    public void problem(CheckName check, String where, String problem, String mend) {
        Finding finding = new Finding(check, where, problem, mend);
        for (int i = 0; i < findings.size(); i++) {
            if (findings.get(i).fix().equals(finding.fix())) {
                findings.set(i, findings.get(i).and(finding));
                return;
            }
        }
        findings.add(finding);
    }

    /** Something cannot be looked at here. */
    public void unchecked(CheckName check, String why) {
        unchecked.add(new SkippedCheck(check, why));
    }

    /** Whether one of these has found something. */
    public boolean has(Set<CheckName> checks) {
        return findings.stream().anyMatch(finding -> checks.contains(finding.check()));
    }

    public List<Finding> findings() {
        return List.copyOf(findings);
    }

    public List<SkippedCheck> unchecked() {
        return List.copyOf(unchecked);
    }
}
