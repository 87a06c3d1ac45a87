package dev.tenon.examples.plm;

/**
 * The part that the service has made.
 *
 * @param operationId the id of the part at the service
 * @param path where the STL file is in the file store
 * @param bytes how long the file is
 */
public record ZooModel(String operationId, String path, long bytes) {}
