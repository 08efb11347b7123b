// Package twiki turns a calibration's facts and notes into TWiki markup, and
// posts it into a block of its own in a topic when asked.
//
// [Markup] and [Text] are pure. What they return is ASCII, whatever character
// set the wiki has, and nothing in it is active except what they put there on
// purpose: every character that TWiki could take for markup, a variable, a
// setting, a tag or a link is written as a numeric entity, which TWiki hands on
// untouched and a browser shows as the character. WikiWords and acronyms get
// TWiki's own escape, an exclamation mark.
//
// [Client.Post] changes nothing but the block between
//
//	<!-- darksite:begin 2015355 -->
//	<!-- darksite:end 2015355 -->
//
// and reads the topic again to see that it did. A topic may hold the blocks of
// many calibrations, one each.
//
// The markup is that of TWiki 4.2 to 6.1 (TWiki.TextFormattingRules); the
// requests are those of TWiki.TWikiScripts, with the one-time token of
// TWiki 5.0 and later where the wiki asks for it.
package twiki
