/**
 * The database as the agent's account sees it: let in, with exactly the rights of {@code schema/grants.sql}, columns
 * wide enough, every statement finding its rows by an index, clocks that agree. JDBC, because nothing here runs in the
 * daemon. Only {@code SELECT}, {@code SHOW} and {@code EXPLAIN}.
 */
@NullMarked
package dev.postern.check.database;

import org.jspecify.annotations.NullMarked;
