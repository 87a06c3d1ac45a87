/** The tables of the application. */
@NullMarked
package dev.tenon.examples.plm.database;

import org.jspecify.annotations.NullMarked;
