package dev.tenon.jobs.dashboard;

import io.jstach.jstache.JStache;

/**
 * A page that says why a request failed.
 *
 * @param frame around the page
 * @param status the status of the response
 * @param message why
 * @param hasHealth whether the health report may say more, and the user may see it
 */
@JStache(path = "error")
record ErrorView(Frame frame, int status, String message, boolean hasHealth) {}
