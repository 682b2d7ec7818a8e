package dev.postern.recording;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A dict server that keeps each user's quota figures in memory, takes any login, and knows no other key; replies in
 * order and without times. What it answers to is parsed as far as Dovecot's own clients need, and trusted.
 */
final class FakeDict {

    private static final String QUOTA = "priv/quota/";
    private static final String LOGIN = "shared/last-login/";
    private static final int RECURSE = 1;
    private static final int NO_VALUES = 8;
    private static final int EXACT_KEY = 16;

    private final Map<String, Map<String, Long>> figures = new HashMap<>();

    Dialogue connection() {
        return new FakeDictConnection();
    }

    synchronized void forget() {
        figures.clear();
    }

    private final class FakeDictConnection implements Dialogue {
        private final StringBuilder waiting = new StringBuilder();
        private final Map<String, List<FakeDictOperation>> transactions = new HashMap<>();
        private final Map<String, String> users = new HashMap<>();

        @Override
        public String answer(String received) {
            waiting.append(received);
            StringBuilder replies = new StringBuilder();
            for (int end = waiting.indexOf("\n"); end >= 0; end = waiting.indexOf("\n")) {
                String line = waiting.substring(0, end);
                waiting.delete(0, end + 1);
                synchronized (FakeDict.this) {
                    replies.append(line(line.charAt(0), line.substring(1).split("\t", -1)));
                }
            }
            return replies.toString();
        }

        private String line(char command, String[] arguments) {
            return switch (command) {
                case 'L' -> lookup(arguments[0], arguments[1]);
                case 'I' -> iterate(Integer.parseInt(arguments[0]), arguments[2], arguments[3]);
                case 'B' -> begin(arguments[0], arguments[1]);
                case 'S', 'U', 'A' -> operate(command, arguments);
                case 'C' -> commit(arguments[0]);
                default -> "";
            };
        }

        private String begin(String id, String user) {
            users.put(id, user);
            transactions.put(id, new ArrayList<>());
            return "";
        }

        private String operate(char command, String[] arguments) {
            String value = arguments.length > 2 ? arguments[2] : "";
            transactions.get(arguments[0]).add(new FakeDictOperation(command, arguments[1], value));
            return "";
        }

        private String commit(String id) {
            Map<String, Long> changed = new TreeMap<>(of(users.get(id)));
            for (FakeDictOperation operation : transactions.remove(id)) {
                if (operation.key().startsWith(QUOTA)) {
                    if (operation.command() == 'A' && !changed.containsKey(operation.key())) {
                        return "N" + id + "\n";
                    }
                    operation.apply(changed);
                } else if (!operation.key().startsWith(LOGIN)) {
                    return "F" + id + "\tno such key here\n";
                }
            }
            figures.put(users.get(id), changed);
            return "O" + id + "\n";
        }
    }

    private record FakeDictOperation(char command, String key, String value) {
        void apply(Map<String, Long> figures) {
            switch (command) {
                case 'S' -> figures.put(key, Long.valueOf(value));
                case 'U' -> figures.remove(key);
                default -> figures.merge(key, Long.valueOf(value), Long::sum);
            }
        }
    }

    private String lookup(String key, String user) {
        Long figure = of(user).get(key);
        return figure == null ? "N\n" : "O" + figure + "\n";
    }

    private String iterate(int flags, String path, String user) {
        StringBuilder rows = new StringBuilder();
        of(user).forEach((key, figure) -> {
            if (isIn(path, key, flags)) {
                rows.append("O" + key + "\t" + ((flags & NO_VALUES) != 0 ? "" : figure) + "\n");
            }
        });
        return rows + "\n";
    }

    private static boolean isIn(String path, String key, int flags) {
        if ((flags & EXACT_KEY) != 0) {
            return key.equals(path);
        }
        return key.startsWith(path) && ((flags & RECURSE) != 0 || key.indexOf('/', path.length()) < 0);
    }

    private Map<String, Long> of(String user) {
        return figures.getOrDefault(user, new TreeMap<>());
    }
}
