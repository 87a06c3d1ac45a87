package dev.tenon.examples.plm;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A design that was cloned.
 *
 * @param items how many items it has
 * @param copiedByLastAttempt how many of them the last attempt copied, as a second one continues
 *     where the first one stopped
 * @param models the CAD files of its items, as paths in the file store; null in results of before
 *     items had any
 */
public record DesignCloned(int items, int copiedByLastAttempt, @Nullable List<String> models) {}
