package dev.postern.config;

import java.util.List;

/** From words to values: each key of each section that is present or assumed. */
final class Validator {

    private final RawValues written;
    private final List<ConfigProblem> problems;
    private final ParsedValues values = new ParsedValues();

    Validator(RawValues written, List<ConfigProblem> problems) {
        this.written = written;
        this.problems = problems;
    }

    /** As complete as the problems leave it. */
    ParsedValues read() {
        ConsistencyCheck.oneWayToMysql(written, problems);
        ConsistencyCheck.oneWayIn(written, problems);
        ConfigKeys.SECTIONS.forEach(this::section);
        new ConsistencyCheck(values, problems).check(written);
        return values;
    }

    private void section(ConfigKeys.KeySection section) {
        boolean present = written.isPresent(section.name());
        if (!present && section.presence() == ConfigKeys.Presence.REQUIRED) {
            problems.add(ConfigProblem.of(
                    "[" + section.name() + "]", "is missing", "add the section; each of its keys has a default"));
        }
        if (present || section.presence() == ConfigKeys.Presence.ASSUMED) {
            section.keys().forEach(this::key);
        }
    }

    private <T> void key(ConfigKey<T> key) {
        RawValues.RawValue entry = written.find(key);
        T fallback = key.fallback();
        if (entry != null) {
            parse(key, entry);
        } else if (written.isMisfit(key)) {
            return;
        } else if (fallback != null) {
            values.put(key, fallback, ValueOrigin.DEFAULT);
        } else if (key.mandatory()) {
            problems.add(ConfigProblem.of(key.path(), "is missing", "set it, or leave the whole section out"));
        }
    }

    private <T> void parse(ConfigKey<T> key, RawValues.RawValue entry) {
        ParseResult<T> parsed = key.form().parse(entry.words());
        if (parsed instanceof ParseResult.Valid<T> good) {
            values.put(key, good.value(), entry.origin());
        } else if (parsed instanceof ParseResult.Invalid<T> bad) {
            written.misfit(key);
            boolean shown = !key.secretive() && key.form().shape() != ValueType.Shape.LIST;
            problems.add(
                    shown
                            ? ConfigProblem.of(entry.name(), entry.words().get(0), bad.why(), bad.hint())
                            : ConfigProblem.of(entry.name(), bad.why(), bad.hint()));
        }
    }
}
