/** Dead letters: publishing, listing and replaying them. */
package dev.tidewatch.deadletters;
