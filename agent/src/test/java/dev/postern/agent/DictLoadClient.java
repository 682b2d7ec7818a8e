package dev.postern.agent;

import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** As a Dovecot process does it: a transaction for each figure that is set or changed and for each login. */
final class DictLoadClient extends LoadClient {

    private static final int WINDOW = 40;

    private int id;

    DictLoadClient(Path socket, long seed) {
        super(socket, WINDOW, seed);
    }

    @Override
    String greeting() {
        return "H3\t2\t0\t\tquota\n";
    }

    @Override
    String request(SentRequest told) {
        id++;
        String user = told.part().mailbox().user();
        long number = told.number();
        String operations = switch (told.part().kind()) {
            case LOGIN ->
                operation('S', "shared/last-login/imap/" + ExpectedRow.ip(number) + "/" + user, micros(number));
            case SET ->
                operation('S', "priv/quota/storage", 1000 * number) + operation('S', "priv/quota/messages", number);
            case INCREMENT -> operation('A', "priv/quota/storage", number) + operation('A', "priv/quota/messages", 1);
        };
        return "B" + id + "\t" + user + "\n" + operations + "C" + id + "\n";
    }

    @Override
    boolean answered(SentRequest told, String answer) {
        switch (answer.charAt(0)) {
            case 'O' -> taken(told);
            case 'W' -> lost(told);
            case 'F' -> {
                // Nothing of an increment was done, and what was set may come all the same.
            }
            default -> throw new AssertionError(told + ": " + answer);
        }
        return answer.charAt(0) == 'O';
    }

    @Override
    void lost(SentRequest told) {
        if (told.part().kind() == EventKind.INCREMENT) {
            told.part().mailbox().incrementUnsure(told.number());
        }
    }

    private static void taken(SentRequest told) {
        ExpectedRow mailbox = told.part().mailbox();
        switch (told.part().kind()) {
            case LOGIN -> mailbox.loginTaken(told.number());
            case SET -> mailbox.setTaken(told.number());
            case INCREMENT -> mailbox.incrementTaken(told.number());
        }
    }

    private String operation(char letter, String key, long value) {
        return letter + "" + id + "\t" + key + "\t" + value + "\n";
    }

    private static long micros(long login) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, ExpectedRow.time(login));
    }
}
