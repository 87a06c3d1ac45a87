/**
 * Access to PostgreSQL by jOOQ: connections, errors, tables and columns, and parts of statements.
 * Nothing here reads or writes jobs. It calls only {@code background}; the migrations of {@code
 * schema} define the tables.
 */
@NullMarked
package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.NullMarked;
