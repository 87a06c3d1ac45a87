/**
 * Access to PostgreSQL by jOOQ: connections, errors, tables and columns, and what statements are
 * made of. It knows how something is asked, not why: nothing here reads or writes jobs. It calls
 * only {@code background}; what the tables look like is decided by the migrations of {@code
 * schema}.
 */
@NullMarked
package dev.tenon.jobs.internal.sql;

import org.jspecify.annotations.NullMarked;
