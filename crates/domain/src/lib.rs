//! The rules of Throughcare: facts, decisions, folds and views, without database, HTTP or clock.
//!
//! Read in this order: [`fact`] (what can be recorded), [`event`] (a fact with its envelope),
//! [`state`] (the fold), [`decide`] (what staff and machines may record), [`view`] (what people see),
//! [`continuity`] and [`journey`] (the rules partnerships are judged by).

pub mod access;
pub mod benchmark;
pub mod code;
pub mod command;
pub mod continuity;
pub mod decide;
pub mod directory;
pub mod eligibility;
pub mod event;
pub mod explain;
pub mod fact;
pub mod fault;
pub mod harm;
pub mod history;
pub mod hmpps;
pub mod id;
pub mod identifier;
pub mod indicators;
pub mod journey;
pub mod matching;
pub mod merge;
pub mod national_return;
pub mod notice;
pub mod overdue;
pub mod prescribing;
pub mod profile;
pub mod quarter;
pub mod reference;
pub mod restricted;
pub mod rows;
pub mod sharing;
pub mod small_numbers;
pub mod state;
pub mod stock;
pub mod stream;
pub mod view;
pub mod waiting;
pub mod when;
