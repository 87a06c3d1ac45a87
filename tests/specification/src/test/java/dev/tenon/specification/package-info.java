/** Compares the models of the protocol with the page about them, and with the code. */
package dev.tenon.specification;
