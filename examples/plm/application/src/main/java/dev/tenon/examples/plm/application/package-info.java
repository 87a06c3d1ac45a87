/** The application that people use: it changes items, and submits jobs in the same transactions. */
@NullMarked
package dev.tenon.examples.plm.application;

import org.jspecify.annotations.NullMarked;
