-- Households in the order in which nobody has been there: never first, then the longest ago.
CREATE INDEX household_unseen ON entity (village, coalesce(properties ->> 'last_visit', ''), id)
    WHERE dataset = 'households' AND deleted = 0 AND merged_into = '';

-- Households with an old person who has nobody there to help.
CREATE INDEX resident_old ON entity (village, parent)
    WHERE dataset = 'residents' AND deleted = 0 AND merged_into = '' AND parent <> ''
        AND instr(properties ->> 'tags', 'old_') > 0;
