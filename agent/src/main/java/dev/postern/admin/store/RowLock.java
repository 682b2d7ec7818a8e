package dev.postern.admin.store;

/** What a transaction keeps others from doing with a row that it has read. */
enum RowLock {
    NONE(""),
    /** Others may read and lock it likewise, and not change or remove it. */
    KEEP(" LOCK IN SHARE MODE"),
    CHANGE(" FOR UPDATE");

    private final String sql;

    RowLock(String sql) {
        this.sql = sql;
    }

    String sql() {
        return sql;
    }
}
