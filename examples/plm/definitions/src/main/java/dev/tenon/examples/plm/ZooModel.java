package dev.tenon.examples.plm;

/**
 * What the service has made.
 *
 * @param operationId under which id the service knows it
 * @param path where the STL file is in the file store
 * @param bytes how long the file is
 */
public record ZooModel(String operationId, String path, long bytes) {}
