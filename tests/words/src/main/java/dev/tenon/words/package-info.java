/** The messages, comments, pages and help of this repository, as people read them. */
@NullMarked
package dev.tenon.words;

import org.jspecify.annotations.NullMarked;
