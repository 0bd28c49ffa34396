-- Residents of the groups that are looked after, in the order of the list of people.
CREATE INDEX resident_tagged ON entity (village, id)
    WHERE dataset = 'residents' AND deleted = 0 AND merged_into = ''
        AND coalesce(properties ->> 'tags', '') NOT IN ('', 'none');
