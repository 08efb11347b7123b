// Package kadi turns kadi's event database into the replicas of calibrations.
//
// kadi finds them in telemetry: an interval in which the flag CIUMACAC was on
// for 300 s or more is a replica (sot/kadi, events/models.py, DarkCalReplica).
// Its own table of whole calibrations leaves out those since 2020, and has a row
// only a day later, so replicas are read and put together here, by the rules of
// package era and by the spacing of the commanded sequence: what was broken off
// and begun again are two attempts. How far the telemetry reaches, and how long
// kadi searches it, tells a replica that is still to come from one that is lost.
package kadi
