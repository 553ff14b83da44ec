SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.accounts (
    platform character varying(32) NOT NULL,
    name text NOT NULL,
    sealed bytea NOT NULL,
    facts json NOT NULL,
    version integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    leased_by text DEFAULT ''::text NOT NULL,
    leased_until timestamp with time zone
);
CREATE TABLE public.ads (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    "position" integer NOT NULL,
    recipe_file text NOT NULL,
    recipe text NOT NULL,
    "row" text NOT NULL,
    variant text NOT NULL,
    language character varying(16) NOT NULL,
    script character varying(64) NOT NULL,
    track character varying(64) NOT NULL
);
CREATE TABLE public.castad_schema (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.effects (
    key text NOT NULL,
    kind character varying(16) NOT NULL,
    state character varying(16) NOT NULL,
    token bigint NOT NULL,
    attempts integer NOT NULL,
    owner text NOT NULL,
    due_at timestamp with time zone,
    committed_at timestamp with time zone,
    facts json NOT NULL,
    handle json,
    result json,
    reason text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_effects_committed_at CHECK ((((state)::text <> 'committing'::text) OR (committed_at IS NOT NULL))),
    CONSTRAINT ck_effects_due_at CHECK (((due_at IS NULL) = ((state)::text = ANY (ARRAY[('done'::character varying)::text, ('failed'::character varying)::text, ('needs_review'::character varying)::text])))),
    CONSTRAINT ck_effects_kind CHECK (((kind)::text = ANY (ARRAY[('purchase'::character varying)::text, ('post'::character varying)::text]))),
    CONSTRAINT ck_effects_state CHECK (((state)::text = ANY (ARRAY[('ready'::character varying)::text, ('waiting'::character varying)::text, ('claimed'::character varying)::text, ('committing'::character varying)::text, ('done'::character varying)::text, ('failed'::character varying)::text, ('needs_review'::character varying)::text])))
);
CREATE TABLE public.limits (
    key text NOT NULL,
    next_at timestamp with time zone NOT NULL
);
CREATE TABLE public.post_identities (
    identity character varying(64) NOT NULL,
    key text NOT NULL,
    updated_at timestamp with time zone NOT NULL
);
CREATE TABLE public.posts (
    key text NOT NULL,
    rendition character varying(64) NOT NULL,
    platform character varying(32) NOT NULL,
    account text NOT NULL,
    remote_id text NOT NULL,
    url text NOT NULL,
    published_at timestamp with time zone NOT NULL
);
CREATE TABLE public.quotas (
    provider character varying(32) NOT NULL,
    project text NOT NULL,
    unit character varying(8) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    resets_at timestamp with time zone NOT NULL,
    used bigint NOT NULL
);
CREATE TABLE public.renditions (
    run_id character varying(32) NOT NULL,
    ad_key text NOT NULL,
    format character varying(16) NOT NULL,
    language character varying(16) NOT NULL,
    "position" integer NOT NULL,
    state character varying(16) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    path text NOT NULL,
    cached boolean NOT NULL,
    seconds double precision NOT NULL,
    attempts integer NOT NULL,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    error text NOT NULL,
    fix text NOT NULL,
    "where" text NOT NULL,
    kind text NOT NULL,
    facts json NOT NULL,
    stage character varying(16) DEFAULT ''::character varying NOT NULL,
    worker text DEFAULT ''::text NOT NULL,
    CONSTRAINT ck_renditions_state CHECK (((state)::text = ANY (ARRAY[('pending'::character varying)::text, ('rendering'::character varying)::text, ('done'::character varying)::text, ('failed'::character varying)::text])))
);
CREATE TABLE public.run_posts (
    run_id character varying(32) NOT NULL,
    key text NOT NULL,
    ad_key text NOT NULL,
    "position" integer NOT NULL,
    format character varying(16) NOT NULL,
    language character varying(16) NOT NULL,
    platform character varying(32) NOT NULL,
    account text NOT NULL,
    state character varying(16) NOT NULL,
    remote_id text NOT NULL,
    url text NOT NULL,
    until timestamp with time zone,
    error text NOT NULL,
    fix text NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_run_posts_state CHECK (((state)::text = ANY ((ARRAY['pending'::character varying, 'done'::character varying, 'failed'::character varying, 'waiting'::character varying, 'needs_review'::character varying])::text[])))
);
CREATE TABLE public.runs (
    id character varying(32) NOT NULL,
    command text NOT NULL,
    state character varying(16) NOT NULL,
    version character varying(32) NOT NULL,
    host text NOT NULL,
    pid integer NOT NULL,
    started_at timestamp with time zone NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    summary json NOT NULL,
    arguments json NOT NULL,
    CONSTRAINT ck_runs_state CHECK (((state)::text = ANY (ARRAY[('running'::character varying)::text, ('done'::character varying)::text, ('failed'::character varying)::text, ('interrupted'::character varying)::text])))
);
CREATE TABLE public.stages (
    run_id character varying(32) NOT NULL,
    stage character varying(16) NOT NULL,
    fingerprint character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    cached boolean NOT NULL,
    seconds double precision NOT NULL,
    worker text NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    CONSTRAINT ck_stages_state CHECK (((state)::text = ANY (ARRAY[('done'::character varying)::text, ('failed'::character varying)::text])))
);
INSERT INTO public.ads VALUES ('20261101-090000-aaa', '하늘마루///ko', 0, 'recipes/하늘마루.yaml', '하늘마루', '', '', 'ko', '60ef0e458027242b6d895000d93baa9cee2d3a8d1f316aa1fa543a41bd9d1f7c', '');
INSERT INTO public.ads VALUES ('20261101-090000-aaa', 'cafe///en', 1, 'recipes/cafe.yaml', 'cafe', '', '', 'en', '33964a8b23bada411c3751f87dca854c44fc232dd4bd83a745a53441972748b8', '');
INSERT INTO public.ads VALUES ('20261102-090000-bbb', 'cafe///en', 0, 'recipes/cafe.yaml', 'cafe', '', '', 'en', '33964a8b23bada411c3751f87dca854c44fc232dd4bd83a745a53441972748b8', '');
INSERT INTO public.castad_schema VALUES ('0004');
INSERT INTO public.effects VALUES ('song', 'purchase', 'done', 1, 1, 'ann', NULL, NULL, '{"mood": "calm"}', '{"task": "t-1"}', '{"id": "t-1"}', '', '2026-11-02 19:00:00+09', '2026-11-02 19:00:00+09');
INSERT INTO public.limits VALUES ('tiktok/init', '2026-11-02 19:00:00+09');
INSERT INTO public.quotas VALUES ('youtube', 'main', 'day', '2026-11-02 19:00:00+09', '2026-11-03 19:00:00+09', 42);
INSERT INTO public.renditions VALUES ('20261101-090000-aaa', 'cafe///en', 'square', 'en', 3, 'pending', '9b0254547d38509b337f9ca1da7c2c2c0b634944987bd150afef2f3b4029054e', '', false, 0, 0, NULL, NULL, '', '', '', '', '{}', '', '');
INSERT INTO public.renditions VALUES ('20261101-090000-aaa', '하늘마루///ko', 'reel', 'ko', 0, 'done', 'ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'out/하늘마루-reel.mp4', false, 2.5, 1, '2026-11-24 04:13:16.893031+09', '2026-11-24 04:13:16.982396+09', '', '', '', '', '{"loudness": -14.1, "words": ["바다"]}', '', '');
INSERT INTO public.renditions VALUES ('20261101-090000-aaa', '하늘마루///ko', 'square', 'ko', 1, 'failed', '99a16cc2434cccd3fee2761c34b89fc70b28e8660dc9a0f3bc57851babd49476', '', false, 0, 0, NULL, '2026-11-24 04:13:16.986918+09', 'text too long', 'shorten it', 'recipes/haneul.yaml:3:4', 'UserError', '{}', '', '');
INSERT INTO public.renditions VALUES ('20261101-090000-aaa', 'cafe///en', 'reel', 'en', 2, 'done', 'bc5c2248bef77acc17c7703126206691ad2ecbb1815538f3dc2df1f70f9b632c', 'out/cafe-reel.mp4', true, 0, 0, NULL, '2026-11-24 04:13:16.988399+09', '', '', '', '', '{}', '', '');
INSERT INTO public.renditions VALUES ('20261102-090000-bbb', 'cafe///en', 'reel', 'en', 0, 'rendering', 'bc5c2248bef77acc17c7703126206691ad2ecbb1815538f3dc2df1f70f9b632c', '', false, 0, 1, '2026-11-24 04:13:16.998764+09', NULL, '', '', '', '', '{}', '', '');
INSERT INTO public.run_posts VALUES ('20261101-090000-aaa', 'p/youtube/main', 'cafe///en', 0, 'reel', 'en', 'youtube', 'main', 'done', 'v1', 'https://youtu.be/v1', NULL, '', '', '2026-11-02 19:00:00+09');
INSERT INTO public.runs VALUES ('20261101-090000-aaa', 'render recipes/haneul.yaml', 'failed', '0.1.0', 'studio', 4321, '2026-11-01 18:00:00+09', '2026-11-01 18:05:00+09', '2026-11-01 18:05:00+09', '{"ads": 2, "renditions": 4}', '{"paths": ["recipes/haneul.yaml"], "draft": false}');
INSERT INTO public.runs VALUES ('20261102-090000-bbb', 'batch recipes', 'running', '0.1.0', 'studio', 4321, '2026-11-02 18:00:00+09', '2026-11-02 18:01:00+09', NULL, '{}', '{}');
INSERT INTO public.stages VALUES ('20261101-090000-aaa', 'script', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'done', false, 1.5, 'tcp://ann:1', '2026-11-02 19:00:00+09');
ALTER TABLE ONLY public.castad_schema
    ADD CONSTRAINT castad_schema_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.accounts
    ADD CONSTRAINT pk_accounts PRIMARY KEY (platform, name);
ALTER TABLE ONLY public.ads
    ADD CONSTRAINT pk_ads PRIMARY KEY (run_id, key);
ALTER TABLE ONLY public.effects
    ADD CONSTRAINT pk_effects PRIMARY KEY (key);
ALTER TABLE ONLY public.limits
    ADD CONSTRAINT pk_limits PRIMARY KEY (key);
ALTER TABLE ONLY public.post_identities
    ADD CONSTRAINT pk_post_identities PRIMARY KEY (identity);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT pk_posts PRIMARY KEY (key);
ALTER TABLE ONLY public.quotas
    ADD CONSTRAINT pk_quotas PRIMARY KEY (provider, project, unit, starts_at);
ALTER TABLE ONLY public.renditions
    ADD CONSTRAINT pk_renditions PRIMARY KEY (run_id, ad_key, format, language);
ALTER TABLE ONLY public.run_posts
    ADD CONSTRAINT pk_run_posts PRIMARY KEY (run_id, key);
ALTER TABLE ONLY public.runs
    ADD CONSTRAINT pk_runs PRIMARY KEY (id);
ALTER TABLE ONLY public.stages
    ADD CONSTRAINT pk_stages PRIMARY KEY (run_id, stage, fingerprint);
CREATE INDEX ix_effects_kind_due_at ON public.effects USING btree (kind, due_at);
CREATE INDEX ix_effects_state ON public.effects USING btree (state);
CREATE INDEX ix_posts_platform_account_published_at ON public.posts USING btree (platform, account, published_at);
CREATE INDEX ix_posts_rendition ON public.posts USING btree (rendition);
CREATE INDEX ix_renditions_fingerprint ON public.renditions USING btree (fingerprint);
CREATE INDEX ix_renditions_run_id_state ON public.renditions USING btree (run_id, state);
CREATE INDEX ix_run_posts_key ON public.run_posts USING btree (key);
CREATE INDEX ix_runs_started_at ON public.runs USING btree (started_at);
ALTER TABLE ONLY public.ads
    ADD CONSTRAINT fk_ads_runs FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;
ALTER TABLE ONLY public.post_identities
    ADD CONSTRAINT fk_post_identities_effects FOREIGN KEY (key) REFERENCES public.effects(key);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT fk_posts_effects FOREIGN KEY (key) REFERENCES public.effects(key);
ALTER TABLE ONLY public.renditions
    ADD CONSTRAINT fk_renditions_ads FOREIGN KEY (run_id, ad_key) REFERENCES public.ads(run_id, key) ON DELETE CASCADE;
ALTER TABLE ONLY public.run_posts
    ADD CONSTRAINT fk_run_posts_ads FOREIGN KEY (run_id, ad_key) REFERENCES public.ads(run_id, key) ON DELETE CASCADE;
ALTER TABLE ONLY public.stages
    ADD CONSTRAINT fk_stages_runs FOREIGN KEY (run_id) REFERENCES public.runs(id) ON DELETE CASCADE;
