package dev.postern.database;

import io.vertx.sqlclient.PropertyKind;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowIterator;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.desc.ColumnDescriptor;
import io.vertx.sqlclient.internal.ArrayTuple;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** What a statement answers, as the client hands it over. */
final class ModelRows implements RowSet<Row> {

    private final List<Row> rows;
    private final int rowCount;

    ModelRows(List<Row> rows) {
        this.rows = rows;
        this.rowCount = rows.size();
    }

    /** Of an update. */
    ModelRows(int rowCount) {
        this.rows = List.of();
        this.rowCount = rowCount;
    }

    /** Columns are asked for by their place alone. */
    static Row row(Object... values) {
        return new ModelRow(values);
    }

    @Override
    public RowIterator<Row> iterator() {
        Iterator<Row> each = rows.iterator();
        return new RowIterator<>() {
            @Override
            public boolean hasNext() {
                return each.hasNext();
            }

            @Override
            public Row next() {
                return each.next();
            }
        };
    }

    @Override
    public int size() {
        return rows.size();
    }

    @Override
    public int rowCount() {
        return rowCount;
    }

    @Override
    public List<String> columnsNames() {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<ColumnDescriptor> columnDescriptors() {
        throw new UnsupportedOperationException();
    }

    @Override
    public <V> V property(PropertyKind<V> kind) {
        throw new UnsupportedOperationException();
    }

    @Override
    public RowSet<Row> value() {
        return this;
    }

    @Override
    public RowSet<Row> next() {
        return null;
    }

    private static final class ModelRow extends ArrayTuple implements Row {

        ModelRow(Object... values) {
            super(Arrays.asList(values));
        }

        @Override
        public String getColumnName(int place) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int getColumnIndex(String name) {
            throw new UnsupportedOperationException();
        }
    }
}
