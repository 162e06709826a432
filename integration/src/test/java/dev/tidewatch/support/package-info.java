/** What the tests share: the running application, its HTTP surface, its log and its topics. */
package dev.tidewatch.support;
