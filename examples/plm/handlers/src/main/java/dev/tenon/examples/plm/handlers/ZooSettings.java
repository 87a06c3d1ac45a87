package dev.tenon.examples.plm.handlers;

import java.net.URI;
import java.time.Duration;

/**
 * The service that makes parts from descriptions.
 *
 * @param service the address of the service
 * @param pollInterval how often it is asked whether a part is ready
 */
public record ZooSettings(URI service, Duration pollInterval) {}
